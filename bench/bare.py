"""The reference for pages: Flask that says hello, and nothing else."""

from flask import Flask


def create() -> Flask:
    app = Flask(__name__, static_folder=None)

    @app.get("/")
    def hello() -> str:
        return "hello"

    return app
