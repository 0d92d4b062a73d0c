"""What a check of a folder shows, in Polish."""

CHECK = {
    "serious": "poważne",
    "look": "warto zobaczyć",
    "fine": "w porządku",
    "pictures": "obrazy",
    "all_pictures": "wszystkie",
    "testing": "test",
    "width_px": "szerokość w pikselach",
    "height_px": "wysokość w pikselach",
    "title_classes": "Obrazy każdej klasy",
    "title_sizes": "Rozmiary plików",
    "read_folder": (
        "Ze słupków podobnej długości łatwo się uczyć; o klasie z krótkim słupkiem sieć dowie się "
        "niewiele. Po prawej: kropka dla każdego rozmiaru, tym większa, im więcej obrazów go ma."
    ),
    "read_groups": (
        "W rzędzie stoją obrazy takie same lub prawie takie same, tak jak dostałaby je sieć, z "
        "podziałem, klasą i plikiem. Czy to naprawdę dwa obrazy?"
    ),
    "read_alone": (
        "Obrazy, o które chodzi, tak jak dostałaby je sieć, z podziałem, klasą i plikiem."
    ),
}
