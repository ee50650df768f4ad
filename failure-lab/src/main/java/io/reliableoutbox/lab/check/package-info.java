/** Decides whether anything was lost: sets of ids compared as sets. */
@NullMarked
package io.reliableoutbox.lab.check;

import org.jspecify.annotations.NullMarked;
