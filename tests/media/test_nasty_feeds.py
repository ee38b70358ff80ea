"""Feeds as bad as they come: read as far as they go, and never at more than they are worth."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lms.media.feed.document import BrokenFeed
from lms.media.feed.reading import parse
from lms.media.feed.values import address, moment, plain, seconds

FEED = "https://example.org/shows/feed.xml"
BARE = "<rss><channel><title>T</title>{}</channel></rss>"
ITEM = '<item><title>A</title><guid>{0}</guid><enclosure url="/{0}.mp3"/>{1}</item>'


def items(inside, head=""):
    return parse((head + BARE.format(inside)).encode(), FEED)[0].items


def test_without_a_declared_namespace_all_is_read():
    (found,) = items(
        ITEM.format(
            "a",
            "<itunes:duration>9</itunes:duration><podcast:person>Ana</podcast:person>"
            '<podcast:season name="Sea">2</podcast:season><psc:chapters><psc:chapter start="1" title="C"/></psc:chapters>',
        )
    )
    assert (found.seconds, found.voices[0].name, found.season_name) == (9, "Ana", "Sea")
    assert (found.voices[0].role, found.marks[0].title) == ("host", "C")


@pytest.mark.parametrize(
    "space",
    [
        "https://podcastindex.org/namespace/1.0",
        "http://podcastindex.org/namespace/1.0/",
        "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
        "http://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md#x",
    ],
)
def test_every_address_of_the_podcast_namespace_is_known(space):
    inside = ITEM.format("a", '<p:person role="Guest">Ana</p:person>')
    data = f'<rss xmlns:p="{space}"><channel>{inside}</channel></rss>'
    assert parse(data.encode(), FEED)[0].items[0].voices[0].role == "Guest"


def test_the_show_says_who_makes_it_how_to_help_and_what_one_may_do():
    show, _ = parse(
        BARE.format(
            '<podcast:person href="https://a.example/">Ana</podcast:person><podcast:medium>course</podcast:medium>'
            '<podcast:funding url="https://give.example/a b">Give</podcast:funding><podcast:locked>yes</podcast:locked>'
            '<podcast:license url="https://l.example/">ours</podcast:license><podcast:guid>9b024349</podcast:guid>'
            '<podcast:trailer url="/t.mp3" type="audio/mpeg" pubdate="Tue, 09 Jun 2026 06:00:00 GMT">Soon</podcast:trailer>'
            "<itunes:new-feed-url>https://new.example/feed</itunes:new-feed-url>"
        ).encode(),
        FEED,
    )
    assert (show.voices[0].link, show.medium, show.locked) == ("https://a.example/", "course", True)
    assert (show.funding.url, show.funding.text) == ("https://give.example/a%20b", "Give")
    assert (show.licence, show.guid, show.moved_to) == ("https://l.example/", "9b024349", "https://new.example/feed")
    (trailer,) = show.items
    assert (trailer.kind, trailer.title, trailer.url) == ("trailer", "Soon", "https://example.org/t.mp3")


def test_an_atom_feed_with_sound_is_a_podcast_too():
    data = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es"><title>T</title><subtitle>S</subtitle>
        <author><name>Ana</name></author><entry><id>urn:1</id><title type="html">R&amp;amp;D</title>
        <link href="/page"/><link rel="enclosure" type="audio/mpeg" length="7" href="/a.mp3"/>
        <published>2026-06-09T06:00:00Z</published><summary>Short</summary><content type="html">&lt;p&gt;Long</content>
        </entry></feed>"""
    show, notes = parse(data, FEED)
    assert (show.title, show.summary, show.lang, show.author, notes) == ("T", "S", "es", "Ana", [])
    (found,) = show.items
    assert (found.guid, found.title, found.url, found.bytes) == ("urn:1", "R&D", "https://example.org/a.mp3", 7)
    assert (found.link, found.html, found.summary) == ("https://example.org/page", "<p>Long</p>", "Short")
    assert found.moment == datetime(2026, 6, 9, 6, tzinfo=UTC)


def test_sound_that_only_the_media_namespace_names_is_found():
    inside = '<media:group><media:content url="/a.jpg" medium="image"/><media:content url="/a.m4a" duration="61"/></media:group>'
    assert items(f"<item>{inside}</item>") == ()
    inside = inside.replace('duration="61"', 'duration="61" medium="audio" fileSize="5"')
    (found,) = items(f'<item xmlns:media="http://search.yahoo.com/mrss/">{inside}</item>')
    assert (found.type, found.seconds, found.bytes, found.title) == ("audio/x-m4a", 61, 5, "a")


def test_bare_signs_and_open_tags_lose_nothing():
    first, second = items(
        ITEM.format("a", "<description>R&D &bogus; &eacute;<br>two<BR/><img src='x'>three</description>")
        + ITEM.format("b", "<link>https://x.example/?a=1&b=2&copy=3</link>")
    )
    assert first.summary == "R&D &bogus; étwothree"
    assert second.link == "https://x.example/?a=1&b=2&copy=3"


def test_what_stands_in_cdata_is_left_as_it_is_wherever_pieces_end():
    for filler in range(65_300, 65_560, 13):
        text = "x" * (filler - len(BARE)) + "&amp;"
        inside = ITEM.format("a&amp;b", "<description><![CDATA[<br>a & b &nbsp;]]></description>")
        (found,) = items(f"<description>{text}</description>{inside}")
        assert (found.guid, found.summary, found.html) == ("a&b", "a & b", "<br>a &amp; b &nbsp;")


def test_an_encoding_that_cannot_be_is_not_believed():
    for claimed in ("utf-16", "UTF-16LE", "utf-32", "ucs-2"):
        show, notes = parse((f'<?xml version="1.0" encoding="{claimed}"?>' + BARE.format("")).encode(), FEED)
        assert show.title == "T" and len(notes) == 1
    for wide in ("utf-16-le", "utf-16-be"):
        assert parse(BARE.format("é").encode(wide), FEED)[0].title == "T"
    assert parse(b"\xef\xbb\xbf\n\n" + BARE.format("").encode(), FEED)[1] == []


def test_one_wrong_byte_spoils_no_other():
    data = BARE.format("<description>señal — X</description>").encode().replace(b"X", b"caf\xe9")
    assert parse(data, FEED)[0].summary == "señal — café"


def test_what_is_escaped_twice_is_read_once():
    assert plain("R&amp;amp;D &amp;eacute;") == "R&D é"
    (found,) = items(ITEM.format("a", "<description>&amp;lt;p&amp;gt;Hi &amp;lt;b&amp;gt;you</description>"))
    assert found.html == "<p>Hi <b>you</b></p>"


def test_names_cannot_turn_the_page_round_nor_fill_it():
    (found,) = items(ITEM.format("a", f"<podcast:person>\u202e{'A' * 900}</podcast:person>" * 99))
    assert len(found.voices) == 50
    assert found.voices[0].name == "A" * 100


DAYS = """
    Tue, 9 Jun 2026 06:00:00 +0000|Tues, 09 June 2026 06:00:00 GMT|Tue 09 Jun 2026 06:00:00 +0000
    2026-06-09 06:00:00|2026-06-09 06:00:00 UTC|2026/06/09 06:00|June 9, 2026 6:00 AM|Tuesday, June 9th, 2026 06:00
    09-Jun-2026 06:00|9 junio 2026 06:00|9 de junio de 2026 06:00|mar., 09 juin 2026 08:00:00 +0200|9. Juni 2026 06:00
    Tue, 09 Jun 26 06:00:00 GMT|1780984800|Tue, 09 Jun 2026 08:00:00 CEST|2026-06-09T06:00:00.000Z
"""


@pytest.mark.parametrize("text", [day.strip() for line in DAYS.strip().splitlines() for day in line.split("|")])
def test_days_in_odd_forms(text):
    assert moment(text) == datetime(2026, 6, 9, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["06/09/2026", "Invalid Date", "31 Feb 2026", "0000-00-00", "9" * 99, "Tue, 09 Jun 9999"]
)
def test_days_that_are_none_or_may_be_two(text):
    assert moment(text) is None


@pytest.mark.parametrize(
    ("text", "length"),
    [("62:03", 3723), ("3723.5", Decimal("3723.5")), ("1h2m", 3720), ("1h 2m 3s", 3723), ("PT1H2M3S", 3723),
     ("45 min", 2700), ("45 minutes", 2700), ("-5", 0), ("-1:00", 0), ("99999999", 0), ("1e9", 0), ("h", 0), ("", 0),
     ("٣:٠٠", 0), ("00:00:00", 0), (" 12 ", 12)],
)  # fmt: skip
def test_lengths_in_odd_forms(text, length):
    assert seconds(text) == length


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("https://x.example/a b.mp3", "https://x.example/a%20b.mp3"),
        ("https://x.example/señal.mp3", "https://x.example/se%C3%B1al.mp3"),
        ("https://señal.example/a.mp3", "https://xn--seal-hqa.example/a.mp3"),
        ("https://t.example/redirect.mp3/https://x.example/a.mp3?b=c%20d", "https://t.example/redirect.mp3/https://x.example/a.mp3?b=c%20d"),
        ("//x.example/a.mp3", "https://x.example/a.mp3"),
        ("../a.mp3", "https://example.org/a.mp3"),
        ("https://me:secret@x.example/a.mp3", ""),
        ("https://bank.example@x.example/", ""),
        ("http://[evil", ""),
        ("http://x.example:99999/", ""),
        ("https:///a.mp3", ""),
        ("file:///etc/passwd", ""),
        ("java\nscript:alert(1)", ""),
        ("https://x.example/a\n.mp3", "https://x.example/a.mp3"),
    ],
)  # fmt: skip
def test_addresses_as_they_are_written(written, found):
    assert address(written, FEED) == found


def test_an_item_without_any_of_its_usual_tags_still_has_a_name():
    named, said = items(
        '<item><enclosure url="/the_boat-trip.mp3"/></item>'
        + '<item><description>Words</description><enclosure url="/b"/></item>'
    )
    assert (named.title, named.guid, said.title, said.type) == (
        "the boat trip",
        "https://example.org/the_boat-trip.mp3",
        "Words",
        "audio/mpeg",
    )


def test_items_left_open_are_not_lost():
    found = items(
        '<item><guid>a</guid><enclosure url="/a.mp3"/><b>x</item><item><guid>b</guid><enclosure url="/b.mp3"/></item>'
    )
    assert sorted(one.guid for one in found) == ["a", "b"]


def test_twenty_thousand_items_are_read_and_a_million_tags_too_many_refused():
    inside = "".join(ITEM.format(number, "") for number in range(20_050))
    assert len(items(inside)) == 20_000
    with pytest.raises(BrokenFeed, match="more tags than any show needs"):
        parse(BARE.format("<a/>" * 1_600_000).encode(), FEED)


def test_many_that_share_a_guid_are_told_of_in_few_words():
    _, notes = parse(BARE.format(ITEM.format("a", "") * 99).encode(), FEED)
    assert len(notes) == 6
    assert notes[-1] == "93 more items have the guid of another"
