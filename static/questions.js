// What a form asks, as a query string: now, when the page was made, or in a request; and taking a choice back.
'use strict';

window.questions = (() => {
  const isChoice = (field) => field.matches('[type=checkbox], [type=radio]');
  const choices = (form) => [...form.elements].filter(isChoice);

  // Empty values ask for nothing.
  function asked(entries) {
    return new URLSearchParams([...entries].filter(([, value]) => value !== '')).toString();
  }

  function now(form) {
    return asked(new FormData(form));
  }

  function atFirst(form) {
    const fields = [...form.elements].filter((field) => field.name && (!isChoice(field) || field.defaultChecked));
    return asked(fields.map((field) => [field.name, isChoice(field) ? field.value : field.defaultValue]));
  }

  function has(question, field) {
    const values = new URLSearchParams(question).getAll(field.name);
    return field.value === '' ? !values.length : values.includes(field.value);
  }

  // Set the choices of a form to an earlier question.
  function takeBack(form, question) {
    for (const field of choices(form)) field.checked = has(question, field);
  }

  // The labels of the choices that an earlier question did not hold.
  function added(form, question) {
    const fields = choices(form).filter((field) => field.checked && !has(question, field));
    return fields.map((field) => field.labels[0].textContent.trim());
  }

  return {asked, now, atFirst, takeBack, added};
})();
