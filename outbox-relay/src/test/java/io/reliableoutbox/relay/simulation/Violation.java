package io.reliableoutbox.relay.simulation;

/** A rule is broken. */
final class Violation extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final Rule rule;

  Violation(Rule rule, String what) {
    super(rule + ": " + what, null, false, false);
    this.rule = rule;
  }

  Rule rule() {
    return rule;
  }
}
