// The query of a form, as a string: current, initial, or in a request; and restoring an earlier one.
'use strict';

window.queries = (() => {
  const isChoice = (field) => field.matches('[type=checkbox], [type=radio]');
  const choices = (form) => [...form.elements].filter(isChoice);

  // Empty values are no filter.
  function fromEntries(entries) {
    return new URLSearchParams([...entries].filter(([, value]) => value !== '')).toString();
  }

  function current(form) {
    return fromEntries(new FormData(form));
  }

  function initial(form) {
    const fields = [...form.elements].filter((field) => field.name && (!isChoice(field) || field.defaultChecked));
    return fromEntries(fields.map((field) => [field.name, isChoice(field) ? field.value : field.defaultValue]));
  }

  function has(query, field) {
    const values = new URLSearchParams(query).getAll(field.name);
    return field.value === '' ? !values.length : values.includes(field.value);
  }

  // Set the choices of a form to those of an earlier query.
  function restore(form, query) {
    for (const field of choices(form)) field.checked = has(query, field);
  }

  // The labels of the choices that an earlier query does not have.
  function added(form, query) {
    const fields = choices(form).filter((field) => field.checked && !has(query, field));
    return fields.map((field) => field.labels[0].textContent.trim());
  }

  return {fromEntries, current, initial, restore, added};
})();
