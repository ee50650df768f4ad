/**
 * Crash points, transient failures and mutants, as decorators around methods of a child process: a
 * Java agent that the lab adds to the child's class path. The apps know nothing of it, and what is
 * released contains none of it. All its settings come from the child's environment.
 *
 * <p>What runs inside of decorated methods is compiled into them, so it may only call what is
 * public here.
 */
@NullMarked
package io.reliableoutbox.lab.chaos;

import org.jspecify.annotations.NullMarked;
