"""Feeds of others: what is taken from them, what is made harmless, and what is no feed."""

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.media.feed.items import MOST_ITEMS, Transcript
from lms.media.feed.notes import MOST_TAGS
from lms.media.feed.reading import BrokenFeed, parse

FEED = "https://example.org/shows/feed.xml"


def feed(items="", channel="", head='<?xml version="1.0" encoding="UTF-8"?>', spaces=""):
    spaces = spaces or (
        'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    )
    return f'{head}<rss version="2.0" {spaces}><channel><title>Elsewhere</title>{channel}{items}</channel></rss>'


def item(inside="", url="https://example.org/a.mp3", guid="one"):
    guid = f"<guid>{guid}</guid>" if guid else ""
    return f'<item><title>A</title>{guid}<enclosure url="{url}" length="99" type="audio/mpeg"/>{inside}</item>'


def one(inside="", **more):
    return parse(feed(item(inside, **more)).encode(), FEED)[0].items[0]


def test_the_show_and_its_items_are_read():
    channel = (
        "<description>Notes &amp; more</description><language>en-GB</language><link>https://example.org/</link>"
        "<itunes:author>Ellis</itunes:author><itunes:image href='art.jpg'/><itunes:type>Serial</itunes:type>"
        "<itunes:category text='Health &amp; Fitness'/><itunes:explicit>yes</itunes:explicit>"
    )
    inside = (
        "<pubDate>Tue, 09 Jun 2026 06:00:00 +0200</pubDate><itunes:duration>1:02:03</itunes:duration>"
        "<itunes:season>2</itunes:season><itunes:episode>7</itunes:episode><itunes:episodeType>bonus</itunes:episodeType>"
        "<link>https://example.org/a</link><description>Short</description>"
        "<content:encoded><![CDATA[<p>Long</p>]]></content:encoded>"
        "<podcast:transcript url='a.vtt' type='text/vtt' language='en'/>"
        "<podcast:chapters url='a.json' type='application/json+chapters'/>"
    )
    show, notes = parse(feed(item(inside), channel).encode(), FEED)
    assert notes == []
    assert (show.title, show.summary, show.lang, show.author) == ("Elsewhere", "Notes & more", "en-GB", "Ellis")
    assert (show.image, show.type, show.category) == ("https://example.org/shows/art.jpg", "serial", "Health & Fitness")
    assert (show.explicit, show.link) == (True, "https://example.org/")
    (found,) = show.items
    assert (found.guid, found.url, found.type, found.bytes) == ("one", "https://example.org/a.mp3", "audio/mpeg", 99)
    assert found.moment == datetime(2026, 6, 9, 4, tzinfo=UTC)
    assert (found.seconds, found.season, found.number, found.kind) == (3723, 2, 7, "bonus")
    assert (found.summary, found.html, found.link) == ("Short", "<p>Long</p>", "https://example.org/a")
    assert found.transcripts == (Transcript(url="https://example.org/shows/a.vtt", type="text/vtt", lang="en"),)
    assert found.chapters == "https://example.org/shows/a.json"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("754", 754), ("12:34", 754), ("1:02:03", 3723), ("75.5", Decimal("75.5")), ("", 0), ("soon", 0), ("1:2:3:4", 0)],
)
def test_durations_in_all_their_shapes(text, seconds):
    assert one(f"<itunes:duration>{text}</itunes:duration>").seconds == seconds


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 09 Jun 2026 06:00:00 GMT", datetime(2026, 6, 9, 6, tzinfo=UTC)),
        ("9 Jun 2026 06:00 EST", datetime(2026, 6, 9, 11, tzinfo=UTC)),
        ("2026-06-09T06:00:00+02:00", datetime(2026, 6, 9, 4, tzinfo=UTC)),
        ("2026-06-09", datetime(2026, 6, 9, tzinfo=UTC)),
        ("yesterday", None),
        ("Tue, 99 Jun 99999 06:00:00 GMT", None),
    ],
)
def test_days_in_all_their_shapes(text, moment):
    assert one(f"<pubDate>{text}</pubDate>").moment == moment


def test_an_item_without_a_guid_goes_by_its_enclosure():
    assert one(guid="").guid == "https://example.org/a.mp3"


def test_of_two_items_with_one_guid_the_first_is_kept():
    show, notes = parse(feed(item() + item(url="https://example.org/b.mp3")).encode(), FEED)
    assert [found.url for found in show.items] == ["https://example.org/a.mp3"]
    assert notes == ["two items have the guid `one`; the first is kept"]


def test_items_with_nothing_to_hear_are_left_out():
    show, notes = parse(feed("<item><title>Only words</title></item>" + item()).encode(), FEED)
    assert len(show.items) == 1
    assert notes == ["1 of 2 items have nothing to hear, and are left out"]


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:audio/mpeg,x", "file:///etc/passwd", "ftp://example.org/a.mp3", ""]
)
def test_an_enclosure_that_may_not_be_fetched_is_left_out(url):
    assert parse(feed(item(url=url)).encode(), FEED)[0].items == ()


def test_relative_addresses_are_those_of_the_feed_or_stay_paths_of_a_file():
    assert one(url="audio/a%20b.mp3").url == "https://example.org/shows/audio/a%20b.mp3"
    assert parse(feed(item(url="audio/a.mp3")).encode(), "")[0].items[0].url == "audio/a.mp3"
    assert parse(feed(item(url="file:///etc/passwd")).encode(), "")[0].items == ()


def test_notes_lose_what_runs_what_tracks_and_what_leads_the_wrong_way():
    html = (
        "<p onclick='x()'>Read <a href='/more'>more</a><script>alert(1)</script><img src='https://t.example/p.gif'>"
        "<a href='javascript:x()'>no</a><iframe src='https://x'></iframe></p>"
    )
    assert one(f"<description><![CDATA[{html}]]></description>").html == (
        '<p>Read <a href="https://example.org/more" rel="nofollow noopener">more</a>'
        '<a rel="nofollow noopener">no</a></p>'
    )


def test_notes_without_tags_become_paragraphs():
    assert one("<description>One &amp; two\n\nThree</description>").html == "<p>One &amp; two</p><p>Three</p>"


def test_both_podcast_namespaces_and_none_at_all_are_understood():
    old = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
    for spaces in (f'xmlns:podcast="{old}"', 'xmlns:x="urn:x"'):
        data = feed(item("<podcast:season>3</podcast:season>"), spaces=spaces)
        assert parse(data.encode(), FEED)[0].items[0].season == 3


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + feed(item()).encode(),
        b"\n\n  " + feed(item()).encode(),
        b"<br />Warning: x in y.php\n" + feed(item()).encode(),
        feed(item(), head='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16"),
        feed(item(), head="").encode(),
        feed(item("<description>a\x0b\x00b</description>")).encode(),
        feed(item("<description>&nbsp;caf&eacute; &bogus; R&D</description>")).encode(),
        feed(item()).encode()[:-20],
    ],
)
def test_ill_formed_feeds_are_read_as_far_as_they_go(data):
    show, _ = parse(data, FEED)
    assert (show.title, len(show.items)) == ("Elsewhere", 1)


def test_an_encoding_that_lies_is_seen_through():
    show, notes = parse(feed(channel="<description>caf\u00e9</description>").encode("cp1252"), FEED)
    assert show.summary == "caf\u00e9"
    assert notes == ["it says that it is UTF-8, and is cp1252"]
    data = feed(channel="<description>caf\u00e9</description>", head='<?xml version="1.0" encoding="bogus"?>')
    assert parse(data.encode(), FEED)[0].summary == "caf\u00e9"


def test_named_signs_of_html_come_through():
    assert one("<description>&nbsp;caf&eacute; &mdash; x</description>").summary == "caf\u00e9 \u2014 x"


def test_entities_neither_explode_nor_read_files(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
    data = feed(item("<description>&l11; &f;</description>"), head=f'<?xml version="1.0"?>{doctype}').encode()
    show, _ = parse(data, FEED)
    assert "the secret" not in repr(show)
    assert len(repr(show)) < 5_000


def test_ten_thousand_items_are_read():
    inside = "<description><![CDATA[<p>Some <b>notes</b> of a line or two.</p>]]></description>"
    data = feed("".join(item(inside, guid=str(number)) for number in range(10_000))).encode()
    items = parse(data, FEED)[0].items
    assert [one.guid for one in items] == [str(number) for number in range(10_000)]
    assert {one.html for one in items} == {"<p>Some <b>notes</b> of a line or two.</p>"}


@pytest.mark.parametrize("piece", ["<ul><li>", "<", "<!DOCTYPE[", "<b", "&a", "\n "])
def test_notes_made_to_waste_time_become_few_tags(piece):
    data = feed("".join(item(f"<description><![CDATA[{piece * 20_000}]]></description>", guid=n) for n in range(1, 10)))
    items = parse(data.encode(), FEED)[0].items
    assert len(items) == 9
    # Sanitising takes time with the square of the depth.
    assert all(one.html.count("<") <= 2 * MOST_TAGS for one in items)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b"  \n", "it is empty"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "it is a web page, not a feed"),
        (b'{"version": "https://jsonfeed.org/version/1"}', "it is JSON, not a feed"),
        (b"Not found", "it is not XML"),
        (b"ID3\x03\x00\x00" + b"\xff\xfb" * 50, "it is not XML"),
        (b'<?xml version="1.0"?><opml/>', "it is XML, but not a feed"),
        (
            b'<feed xmlns="http://www.w3.org/2005/Atom"/>',
            "it is an Atom feed with nothing to hear",
        ),
    ],
)
def test_what_is_no_feed_says_what_it_is(data, why):
    with pytest.raises(BrokenFeed, match=why):
        parse(data, FEED)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_are_read_or_refused(data):
    for whole in (data, feed("").encode()[:120] + data):
        with suppress(BrokenFeed):
            parse(whole, FEED)


@pytest.mark.parametrize("codec", ["punycode", "undefined", "idna", "utf-7", "hex", "x-nobody-knows"])
def test_a_codec_that_is_no_text_encoding_is_passed_over(codec):
    data = feed(
        item(), "<description>señal " + "a" * 300_000 + "</description>", f'<?xml version="1.0" encoding="{codec}"?>'
    )
    show, notes = parse(data.encode(), FEED)
    assert "señal" in show.html and len(show.items) == 1
    assert notes == [f"it says that it is {codec}, and is utf-8"]


@pytest.mark.parametrize(
    "codec", ["ISO-8859-1", "latin_1", "windows-1251", "koi8-r", "Shift_JIS", "euc-kr", "gb18030", "big5"]
)
def test_the_encodings_that_feeds_come_in_are_read(codec):
    title = "Señal" if codec in ("ISO-8859-1", "latin_1") else "Привет" if codec != "big5" else "醫學"
    if codec in ("Shift_JIS", "euc-kr", "gb18030"):
        title = "日本"
    data = feed(
        item(f"<author>{title}</author>"), f"<author>{title}</author>", f'<?xml version="1.0" encoding="{codec}"?>'
    )
    show, notes = parse(data.encode(codec), FEED)
    assert (show.author, notes) == (title, [])


@pytest.mark.parametrize("lang", ["english", "en-", "en-waytoolongasubtag", 'en" onclick="x', "e", "en" + "-a" * 90])
def test_a_language_that_is_no_tag_is_dropped(lang):
    assert parse(feed(item(), f"<language><![CDATA[{lang}]]></language>").encode(), FEED)[0].lang == ""


def test_declarations_and_numbers_made_to_fall_over_do_not():
    with suppress(BrokenFeed):
        parse(b"<?xml " * 200_000, FEED)
    digits = "&amp;#" + "9" * 5_000 + ";"
    assert one(f"<description>{digits}</description>").title == "A"


def test_no_more_items_are_taken_than_any_show_has():
    show, _ = parse(feed("".join(item(guid=f"g{n}") for n in range(MOST_ITEMS + 3))).encode(), FEED)
    assert [one.guid for one in show.items] == [f"g{n}" for n in range(MOST_ITEMS)]


@pytest.mark.parametrize("length", [10, 60_000, 200_000])
def test_a_document_type_behind_a_long_comment_brings_no_entities(length):
    doctype = '<!DOCTYPE rss [<!ENTITY a "bomb">]>'
    data = feed(item("<description>x &a; y</description>"), head=f"<!-- {'x' * length} -->{doctype}")
    assert "bomb" not in repr(parse(data.encode(), FEED))


@pytest.mark.parametrize("fault", ["<author>&nbsp;</author>", "<author>a<br>b</author>", "\x00", "\x0b", "\ufffe"])
def test_a_fault_late_in_a_feed_loses_none_of_its_items(fault):
    listed = "".join(item(guid=f"g{n}") for n in range(1_000))
    show, notes = parse(feed(listed + item(fault, guid="last")).encode(), FEED)
    assert ([one.guid for one in show.items][-2:], len(show.items), notes) == (["g999", "last"], 1_001, [])
