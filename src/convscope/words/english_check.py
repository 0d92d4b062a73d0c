"""What a check of a folder shows, in English."""

CHECK = {
    "serious": "serious",
    "look": "worth a look",
    "fine": "fine",
    "pictures": "pictures",
    "all_pictures": "all",
    "testing": "testing",
    "width_px": "width in pixels",
    "height_px": "height in pixels",
    "title_classes": "Pictures of each class",
    "title_sizes": "Sizes of the files",
    "read_folder": (
        "Bars of much the same length are easy to learn from; of a class with a short bar, little "
        "is learnt. Right: a dot for each size, larger where more pictures have it."
    ),
    "read_groups": (
        "A row holds pictures that are the same, or nearly so, as the network would get them, with "
        "side, class and file. Would you call them two pictures?"
    ),
    "read_alone": (
        "The pictures in question as the network would get them, with side, class and file."
    ),
}
