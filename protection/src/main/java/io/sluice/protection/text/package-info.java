/**
 * Free text: what is known of a person is looked for inside a text, however it is written, and masked there.
 *
 * <p>A text is searched as a reader would see it: markup, entities, invisible characters, case, accents and separators do
 * not hide a name. Everything is linear in the text, and bounded by {@link io.sluice.protection.text.TextLimits}. What
 * cannot be read does not go out.
 *
 * <p>It masks the identifiers that it was given and values of known forms. It does not de-identify: a name that no record
 * of the person holds stays where it is.
 */
@NullMarked
package io.sluice.protection.text;

import org.jspecify.annotations.NullMarked;
