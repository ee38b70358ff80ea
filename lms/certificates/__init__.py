"""Certificates: issued once, never changed, verifiable by anyone, provable to be all there."""
