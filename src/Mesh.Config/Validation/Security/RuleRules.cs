using Mesh.Config.Istio.Security;

namespace Mesh.Config.Validation.Security;

/// <summary>One rule of an AuthorizationPolicy: who, what, under which conditions.</summary>
internal static class RuleRules
{
    private const int MostSources = 512;

    public static void Check(FieldScope scope, Rule rule, bool pathsAreRoutes)
    {
        NotEmptyList(scope.Field("from"), rule.From.Count, "source");
        scope.Field("from").Require(rule.From.Count <= MostSources, $"at most {MostSources} sources, found {rule.From.Count}");
        scope.Each("from", rule.From, static (item, from) => Required(item.Field("source"), from.Source, SourceRules.Check));
        NotEmptyList(scope.Field("to"), rule.To.Count, "operation");
        scope.Each("to", rule.To, (item, to) => Required(item.Field("operation"), to.Operation, (field, operation) => OperationRules.Check(field, operation, pathsAreRoutes)));
        scope.Each("when", rule.When, ConditionRules.Check);
    }

    private static void NotEmptyList(FieldScope scope, int count, string item) =>
        scope.Require(count > 0 || !scope.IsWritten, $"the list is empty; give it a {item} or remove it, which means any {item}");

    private static void Required<T>(FieldScope scope, T? value, Action<FieldScope, T> check)
        where T : class
    {
        if (value is null)
        {
            scope.Error("is required");
        }
        else
        {
            check(scope, value);
        }
    }
}
