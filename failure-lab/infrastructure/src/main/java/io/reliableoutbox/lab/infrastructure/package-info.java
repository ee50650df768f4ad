@NullMarked
package io.reliableoutbox.lab.infrastructure;

import org.jspecify.annotations.NullMarked;
