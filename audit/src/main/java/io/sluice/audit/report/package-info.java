/** Reports for officers and auditors: what the log says of a duty of the law, with its clauses and deadlines as data. */
@NullMarked
package io.sluice.audit.report;

import org.jspecify.annotations.NullMarked;
