"""Media types by the ending of a name: kept here, for `mimetypes` says other things on other machines."""

TYPES = {
    "aac": "audio/aac",
    "avif": "image/avif",
    "flac": "audio/flac",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "m4a": "audio/x-m4a",
    "m4v": "video/mp4",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "srt": "application/x-subrip",
    "svg": "image/svg+xml",
    "vtt": "text/vtt",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
}

#: The demuxer for each kind of recording. Naming it keeps FFmpeg from guessing: a playlist that calls itself
#: .mp4 would make it open other files and addresses.
DEMUXERS = {
    "aac": "aac",
    "flac": "flac",
    "m4a": "mov",
    "m4v": "mov",
    "mkv": "matroska",
    "mov": "mov",
    "mp3": "mp3",
    "mp4": "mov",
    "oga": "ogg",
    "ogg": "ogg",
    "opus": "ogg",
    "wav": "wav",
    "webm": "matroska",
}

SOUNDS = frozenset({"aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav"})
#: Kinds of sound that are an episode by themselves; the first of several with one name is taken.
ALONE = ("mp3", "m4a", *sorted(SOUNDS - {"mp3", "m4a", "oga"}), "mp4")

#: What podcast apps take as an enclosure, by Apple's list.
ENCLOSURES = frozenset({"audio/mpeg", "audio/x-m4a"})

#: What a file begins with when Git LFS has not brought the file itself.
LFS = b"version https://git-lfs"


def ending(name: str) -> str:
    """The lower-case ending of a name, without its dot."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def type_of(name: str) -> str:
    """The media type that a name promises; bytes of no known kind otherwise."""
    return TYPES.get(ending(name), "application/octet-stream")
