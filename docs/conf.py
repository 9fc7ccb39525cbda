"""The documentation as a site: `make docs`. The source folder is the project's root, so that links between files hold.

Pages under docs/reference/ are written by docs/generate.py from the code and the rules before each build.
"""

import re
import sys
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from sphinx.search import SearchLanguage, languages  # noqa: E402

import extractor  # noqa: E402

project = "danvan"
author = "The danvan founders"
copyright = "2026, the danvan founders (Apache-2.0)"
version = release = extractor.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
source_suffix = {".md": "markdown"}
include_patterns = [
    "README.md", "README.vi.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/**.md", "rules/README.md", "data/README*.md",
    "data/*/README.md",
]  # fmt: skip
exclude_patterns = ["docs/judged/**"]
# Docs of GitHub may begin at any heading and name languages that Pygments knows less of (DuckDB's SQL, crontab).
suppress_warnings = ["myst.header", "misc.highlighting_failure"]

myst_enable_extensions = ["colon_fence", "attrs_block"]
myst_heading_anchors = 4
myst_links_external_new_tab = False

autodoc_typehints = "description"
autodoc_typehints_format = "short"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "exclude-members": "model_config"}
nitpicky = True
# The code's docstrings name types in prose; what is not of this project's public pages is no link.
nitpick_ignore_regex = [("py:.*", r".*")]

html_theme = "furo"
html_title = "danvan"
#: Fonts of the reader's machine; among them one that sets every Vietnamese letter before one that does not.
_MONO = "SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, Liberation Mono, monospace"
html_theme_options = {
    "light_css_variables": {"font-stack--monospace": _MONO},
    "dark_css_variables": {"font-stack--monospace": _MONO},
}
html_static_path = ["site/static"]
html_css_files = ["danvan.css"]
html_extra_path = ["site/index.html"]
html_copy_source = False
html_show_sphinx = False
html_search_language = "vi"

# As GitHub shows them.
highlight_language = "none"

#: JavaScript of the search page: the same folding as `Vietnamese.stem`.
_FOLD = r"""
var Stemmer = function () {
  this.stemWord = function (word) {
    return word.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");
  };
};
"""


class Vietnamese(SearchLanguage):
    """Words are found with and without their marks: `van ban` finds `văn bản`."""

    lang = "vi"
    language_name = "Vietnamese"
    js_stemmer_code = _FOLD
    stopwords = frozenset()
    _word = re.compile(r"\w+")

    def split(self, input):
        """Words of a text, composed, so that a mark never ends a word."""
        return self._word.findall(unicodedata.normalize("NFC", input))

    def stem(self, word):
        """A word without its marks."""
        letters = unicodedata.normalize("NFD", word.lower())
        return "".join(c for c in letters if not unicodedata.combining(c)).replace("đ", "d")

    def word_filter(self, word):
        """Every word is indexed: Vietnamese ones are short."""
        return bool(word)


languages["vi"] = Vietnamese


def setup(app):
    """Write the generated pages before Sphinx looks for sources."""
    import generate

    generate.write(HERE / "reference", HERE.parent / "build" / "docs-kb")
    return {"parallel_read_safe": True}
