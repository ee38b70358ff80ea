"""The bytes of a text file, made into text or into problems."""

from lms.text.problems import Problem, error

#: A Markdown, YAML or caption file past this many bytes is refused: it is data, not something one reads.
LARGEST = 2_000_000


def decode(data: bytes, path: str) -> tuple[str, list[Problem]]:
    """Text with `\\n` line ends and no byte order mark, and the problems met on the way.

    With an error among the problems, the text is what could be read of it, perhaps nothing.
    """
    if len(data) > LARGEST:
        return too_large(len(data), path)
    problems = []
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        what = "the file is encoded as UTF-16, not UTF-8"
        return "", [error(path, 1, "encoding", what, "save it again as UTF-8")]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        what = f"byte 0x{data[fault.start]:02x} is not UTF-8 (Latin-1 or Windows-1252, perhaps)"
        problems.append(error(path, line, "encoding", what, "save the file as UTF-8"))
        text = data.decode("utf-8-sig", errors="replace")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        problems.append(error(path, line, "null-byte", "the text holds a null byte", "delete it"))
        text = text.replace("\0", "\ufffd")
    return text, problems


def too_large(size: int, path: str) -> tuple[str, list[Problem]]:
    """No text, and the problem that the file has too much of it."""
    what = f"the file is {size / 1e6:.1f} MB of text, more than the {LARGEST // 1_000_000} MB that a page may have"
    return "", [error(path, 1, "too-large", what, "split it into several lessons")]
