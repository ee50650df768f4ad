@NullMarked
package io.reliableoutbox.db;

import org.jspecify.annotations.NullMarked;
