/* How the search ranks pages: those that tell how to do a thing before those that list parameters,
   and before words of the glossary. The numbers below are Sphinx's own; docs/check_site.py has all. */
var Scorer = {
  score: ([docname, title, anchor, description, score]) =>
    docname === "guide/glossary"
      ? Math.min(score, 10)
      : score + ({ start: 5, guide: 4, gallery: 4 }[docname.split("/")[0]] || 0),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
