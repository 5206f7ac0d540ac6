"""The words of the generated platform: topics, meaningless tags, phrases in ten languages, challenges, song titles."""

from typing import Final

GENERIC_TAGS: Final = (
    "fyp", "foryou", "viral", "pourtoi", "foryoupage", "trending", "fypシ", "xyzbca", "parati", "viralvideo",
    "tiktok", "trend", "fy", "voorjou", "keşfet", "おすすめ", "اكسبلور", "xuhuong", "masukberanda", "fürdich",
)  # fmt: skip
"""Tags that say nothing of a video, most used first."""

TOPICS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    ("dance", "💃", ("dance", "choreography", "hiphopdance", "danse", "baile", "shuffle", "ダンス", "नृत्य", "رقص")),
    ("cooking", "🍳", ("cooking", "recipe", "foodtok", "recette", "receta", "masak", "料理", "खाना", "طبخ", "nấuăn")),
    (
        "football",
        "⚽",
        ("football", "goal", "futbol", "futebol", "skills", "freekick", "サッカー", "كرة_قدم", "bóngđá"),
    ),
    ("gaming", "🎮", ("gaming", "gameplay", "speedrun", "retrogames", "jeuxvidéo", "ゲーム", "streamer", "ألعاب")),
    ("makeup", "💄", ("makeup", "skincare", "maquillage", "maquillaje", "beauty", "メイク", "glowup", "मेकअप")),
    ("fitness", "🏋️", ("fitness", "workout", "gymtok", "deadlift", "mobility", "musculation", "筋トレ", "تمارين")),
    ("travel", "✈️", ("travel", "roadtrip", "voyage", "viaje", "backpacking", "dulịch", "旅行", "यात्रा", "سفر")),
    ("animals", "🐾", ("dogsoftok", "cat", "puppy", "chien", "gato", "katze", "horse", "猫", "कुत्ता", "قطط", "mèocon")),
    ("comedy", "😂", ("comedy", "funny", "sketch", "humour", "humor", "prank", "お笑い", "कॉमेडी", "كوميديا", "hài")),
    ("fashion", "👗", ("fashion", "outfit", "ootd", "streetwear", "mode", "moda", "ファッション", "thờitrang")),
    ("diy", "🔨", ("diy", "woodworking", "upcycling", "bricolage", "manualidades", "basteln", "工作", "renovation")),
    (
        "music",
        "🎸",
        ("guitar", "singing", "cover", "musique", "cantar", "piano", "歌ってみた", "गाना", "غناء", "hátcover"),
    ),
    ("science", "🔬", ("science", "physics", "experiment", "astronomy", "wissenschaft", "ciencia", "科学", "विज्ञान")),
    ("books", "📚", ("booktok", "reading", "bookreview", "livres", "libros", "bücher", "読書", "किताबें", "كتب")),
    ("cars", "🏎️", ("cars", "drift", "tuning", "voiture", "coches", "auto", "f1", "バイク", "سيارات", "xehơi")),
    ("family", "👶", ("family", "momlife", "dadjokes", "famille", "familia", "eltern", "家族", "परिवार", "عائلة")),
    ("school", "🎓", ("studytok", "exam", "lycée", "universidad", "studium", "勉強", "पढ़ाई", "دراسة", "họctập")),
    ("nature", "🌿", ("nature", "gardening", "hiking", "jardin", "naturaleza", "wald", "自然", "प्रकृति", "طبيعة")),
    ("art", "🎨", ("drawing", "painting", "digitalart", "dessin", "dibujo", "zeichnen", "イラスト", "चित्रकला", "رسم")),
    ("anime", "🍥", ("anime", "animeedit", "cosplay", "manga", "otaku", "アニメ", "naruto", "figurine", "انمي")),
)
"""Topic, its emoji, its tags with the most used first."""

TAG_ENDINGS: Final = ("", "tok", "life", "tips", "love", "daily", "fan", "inspo", "time", "hacks")
"""A topic's long tail of tags: word and ending."""

PHRASES: Final[dict[str, tuple[str, ...]]] = {
    "en": ("wait for it", "tell me I'm not alone", "this took me three days", "day {n} of trying",
           "who else does this?", "part {n} is up now", "no way this worked"),
    "es": ("espera al final", "dime que no soy la única", "esto me costó tres días", "día {n} intentándolo",
           "¿quién más lo hace?", "parte {n}"),
    "pt": ("espera até o fim", "me diz que não sou só eu", "dia {n} tentando", "quem mais faz isso?",
           "parte {n}, gente"),
    "id": ("tunggu sampai habis", "siapa yang sama?", "hari ke-{n} mencoba", "akhirnya berhasil juga", "bagian {n}"),
    "fr": ("attendez la fin", "dites-moi que je ne suis pas seule", "jour {n} d'essai", "like si t'es d'accord avec ça",
           "partie {n}", "ça m'a pris trois jours"),
    "de": ("wartet bis zum Schluss", "Tag {n}: immer noch am Üben", "wer macht das auch?", "Teil {n}",
           "es hat geklappt"),
    "ja": ("最後まで見て", "{n}日目の挑戦", "これ私だけ？", "やっとできた", "パート{n}"),
    "hi": ("अंत तक देखिए", "दिन {n} की कोशिश", "और कौन ऐसा करता है?", "भाग {n}", "आखिर हो ही गया"),
    "ar": ("انتظر للنهاية", "اليوم {n} من المحاولة", "من يفعل هذا أيضا؟", "الجزء {n}", "أخيرا نجحت"),
    "vi": ("xem đến cuối nhé", "ngày thứ {n} thử", "ai cũng vậy không?", "phần {n}", "cuối cùng cũng được"),
}  # fmt: skip
"""What captions say, by language; ``{n}`` is a number."""

EMOJI: Final = ("😂", "🔥", "😭", "🤝", "😋", "✨", "💀", "🙏🏽", "❤️", "👀", "🥲", "😱")

CHALLENGES: Final = (
    "DoubleTonPas", "OneTakeCover", "GlassOfWater", "MirrorSwap", "ThreeIngredients", "BlindPortrait",
    "StairwayShuffle", "LostInLyrics", "TenSecondTidy", "GrandmaApproves",
    "InvisibleDoor", "ColourMyDay", "SpinAndFreeze", "QuietLibrary",
    "BackyardGoal", "OldPhotoNewPhoto", "SlowMoLaugh", "SocksSymphony", "PaperPlane", "PetsReact", "ShadowDance",
    "SundaySoup", "TwoWordsStory", "RetroRoom", "BalanceThis", "FirstTryOnly", "DuoSansParler", "BusStopBeat",
    "KitchenOrchestra", "OneColourOutfit",
)  # fmt: skip

SONG_FIRST: Final = (
    "Midnight", "Golden", "Broken", "Electric", "Silent", "Velvet", "Neon", "Paper", "Wild", "Distant", "Crystal",
    "Lonely", "Burning", "Sugar", "Plastic", "Hollow", "Summer", "Northern", "Secret", "Tender",
)  # fmt: skip
SONG_SECOND: Final = (
    "Signal", "River", "Heart", "Parade", "Echo", "Avenue", "Ocean", "Machine", "Letter", "Fever", "Garden", "Mirror",
    "Thunder", "Satellite", "Horizon", "Carousel", "Shadow", "Motel", "Season", "Whisper",
)  # fmt: skip
SONG_ENDINGS: Final = ("", "", "", " - Remix", " (sped up)", " - Acoustic")
