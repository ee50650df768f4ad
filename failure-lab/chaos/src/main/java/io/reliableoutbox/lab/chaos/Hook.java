package io.reliableoutbox.lab.chaos;

import static net.bytebuddy.matcher.ElementMatchers.hasSuperType;
import static net.bytebuddy.matcher.ElementMatchers.isInterface;
import static net.bytebuddy.matcher.ElementMatchers.nameContains;
import static net.bytebuddy.matcher.ElementMatchers.nameStartsWith;
import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.not;

import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.description.type.TypeDescription;
import net.bytebuddy.matcher.ElementMatcher;

/**
 * A decorator and the methods that it goes around.
 *
 * @param name for the decorator's {@link Point}, and to say which one found no method
 */
record Hook(
    String name,
    ElementMatcher.Junction<TypeDescription> type,
    ElementMatcher.Junction<MethodDescription> method,
    Class<?> decorator) {

  static final ElementMatcher.Junction<TypeDescription> EFFECTS =
      // Asked in this order: most classes can be told by their name alone.
      nameStartsWith("io.reliableoutbox.consumer.")
          .and(not(nameContains("$$")))
          .and(not(isInterface()))
          .and(hasSuperType(named("io.reliableoutbox.consumer.inbox.Effect")));

  static Hook of(String name, String type, String method, int arguments, Class<?> decorator) {
    return new Hook(name, named(type), method(method, arguments), decorator);
  }

  static Hook ofEffects(String name, Class<?> decorator) {
    // The one with a bridge besides: apply(List) has the same erasure in all of them.
    return new Hook(name, EFFECTS, method("apply", 1), decorator);
  }

  private static ElementMatcher.Junction<MethodDescription> method(String name, int arguments) {
    return net.bytebuddy.matcher.ElementMatchers.<MethodDescription>named(name)
        .and(net.bytebuddy.matcher.ElementMatchers.takesArguments(arguments))
        .and(not(net.bytebuddy.matcher.ElementMatchers.isBridge()));
  }
}
