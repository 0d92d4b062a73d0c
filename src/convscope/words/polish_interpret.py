"""What is said of a trained model: where it is wrong, and what it looks at, in Polish."""

INTERPRET = {
    # pictures that were judged
    "title_results": "Prawdziwa klasa, a pod nią odpowiedź modelu",
    "title_top_losses": "Największe straty: odpowiedź / prawda, strata / prawdopodob., plik",
    "title_least_losses": "Najmniejsze straty: odpowiedź / prawda, strata / prawdopodob., plik",
    "not_kept": "obrazu nie zachowano",
    "read_results": (
        "Zielona ramka i ptaszek: dobrze. Czerwona i krzyżyk: źle. Kilka obrazów pokazuje, co się "
        "myli, ale nie jak często: o tym mówi dokładność."
    ),
    "read_top_losses": (
        "Strata jest duża tam, gdzie model jest pewien niewłaściwej klasy. Najpierw warto "
        "sprawdzić etykietę: wśród najgorszych obrazów bywają takie, które źle podpisano."
    ),
    # who is taken for whom
    "title_confusion": "Macierz pomyłek",
    "predicted_class": "klasa przewidziana",
    "actual_class": "klasa prawdziwa",
    "read_confusion": (
        "Każdy wiersz to obrazy jednej klasy; stoją w kolumnie tej klasy, za którą je wzięto. "
        "Na przekątnej są dobre odpowiedzi, wszystko poza nią to błędy."
    ),
    "class": "klasa",
    "precision": "precyzja",
    "recall": "czułość",
    "f1": "miara F1",
    "support": "obrazy",
    "mean_of_classes": "średnia klas",
    "mean_of_pictures": "średnia ważona liczbą obrazów",
    # what may be wrong with the pictures
    "suspicion": "podejrzenie",
    "file": "plik",
    "suspect_label": "może {other}: {share} wobec {own}",
    "copies_same": "ten sam obraz",
    "copies_near": "prawie ten sam obraz",
    "copies_harmful": ", po obu stronach podziału albo w dwóch klasach",
}
