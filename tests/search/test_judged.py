"""Questions over the sample programme find their answers, and where these stand."""

from statistics import mean

import pytest

from lms.search.service import BOUND
from tests.search.judging import QUESTIONS, asked, ndcg


@pytest.fixture(scope="module")
def judged(sample):
    return [(question, asked(sample, question)) for question in QUESTIONS]


def test_there_are_questions_enough_in_two_languages_and_of_every_length():
    assert len(QUESTIONS) >= 60
    lengths = [len(question["ask"].split()) for question in QUESTIONS]
    assert min(lengths) == 1
    assert sum(length >= 10 for length in lengths) >= 15
    assert sum(length >= 40 for length in lengths) >= 8


def test_every_expected_page_is_there(sample):
    known = {*sample.urls(), *(f"/glossary#{term.slug}" for term in sample.glossary())}
    assert {url for question in QUESTIONS for url in question["answers"]} <= known


def test_the_answers_come_first(judged):
    assert mean(ndcg(results, question["answers"]) for question, results in judged) >= 0.90


def test_an_answer_is_among_the_first_three_nearly_always(judged):
    missed = [
        question["ask"]
        for question, results in judged
        if not any(question["answers"].get(hit.page, 0) > 1 for hit in results.hits[:3])
    ]
    assert len(missed) <= 2, missed


def test_results_open_at_the_heading_where_the_answer_stands(judged):
    told = [(question, results) for question, results in judged if "at" in question]
    missed = [one["ask"] for one, results in told if one["at"] not in [hit.url for hit in results.hits[:3]]]
    assert len(told) >= 20
    assert len(missed) <= 1, missed


def test_to_look_up_only_the_rarest_words_costs_next_to_nothing(sample, judged):
    bounded = mean(ndcg(results, question["answers"]) for question, results in judged)
    whole = mean(ndcg(asked(sample, question, None), question["answers"]) for question in QUESTIONS)
    assert bounded >= whole - 0.01
    assert BOUND <= 16
