"""What a front says in the activity's own language. These words are logged with each beginning, so they are kept here
and not among those of the interface: a better translation must not make another front of the same activity.
"""

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "reading": "Read lessons at your own pace.",
        "recording": "Watch or hear a recording at your own pace.",
        "audio": "Listen to a recording at your own pace.",
        "course": "Work through a series of activities at your own pace.",
        "quiz": "Then take a quiz.",
        "test": "Take a test before it and after it.",
        "evaluation": "Credit is claimed after an evaluation form.",
        "read": "Every lesson is read.",
        "played": "At least {percent} % of the recording is played.",
        "played or read": "At least {percent} % of the recording is played, or its transcript is read.",
        "completed": "Every part that is not optional is completed.",
        "passed": "At least {mark} % of the quiz is right.",
        "tested": "At least {mark} % of the test afterwards is right.",
        "enduring": "enduring material",
        "teaching": "learning from teaching",
        "none": "No commercial support was received for this activity.",
        "author": "Author",
        "speaker": "Speaker",
        "host": "Host",
        "guest": "Guest",
        "planner": "Planner",
        "item": "Faculty of a part",
    },
    "es": {
        "reading": "Lea las lecciones a su ritmo.",
        "recording": "Vea u oiga una grabación a su ritmo.",
        "audio": "Escuche una grabación a su ritmo.",
        "course": "Recorra una serie de actividades a su ritmo.",
        "quiz": "Después responda un cuestionario.",
        "test": "Haga una prueba antes y otra después.",
        "evaluation": "El crédito se reclama después de un formulario de evaluación.",
        "read": "Todas las lecciones están leídas.",
        "played": "Se ha reproducido al menos el {percent} % de la grabación.",
        "played or read": "Se ha reproducido al menos el {percent} % de la grabación, o se ha leído su transcripción.",
        "completed": "Todas las partes que no son optativas están completas.",
        "passed": "Al menos el {mark} % del cuestionario es correcto.",
        "tested": "Al menos el {mark} % de la prueba final es correcto.",
        "enduring": "material permanente",
        "teaching": "aprendizaje al enseñar",
        "none": "Esta actividad no recibió apoyo comercial.",
        "author": "Autoría",
        "speaker": "Ponente",
        "host": "Presentación",
        "guest": "Persona invitada",
        "planner": "Planificación",
        "item": "Docente de una parte",
    },
}


def word(name: str, lang: str, **blanks: object) -> str:
    """A sentence in the language of an activity; in English where it is in a language that is not written here."""
    words = _WORDS.get(lang.split("-")[0], _WORDS["en"])
    return words[name].format(**blanks)
