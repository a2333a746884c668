using System.Text.Json.Nodes;
using Google.Protobuf.Collections;
using Mesh.Config.Kubernetes.GatewayApi;
using Mesh.ControlPlane.Conversion.Routes;

namespace Mesh.ControlPlane.Conversion.Statuses;

/// <summary>Collects what became of a route at each of its parents; one entry a reference, however many listeners it means.</summary>
internal sealed class RouteStatus(RepeatedField<ParentReference> references)
{
    // What says most about a route that is attached nowhere (istiod).
    private static readonly string[] Ranking = ["UnsupportedValue", RouteParents.NotAllowed, RouteParents.NoHostname, RouteParents.NoParent];

    private readonly List<(RouteParent Parent, ConversionProblem? BadReference, ConversionProblem? Unsupported)> _results = [];

    public void Add(RouteParent parent, ConversionProblem? badReference, ConversionProblem? unsupported) => _results.Add((parent, badReference, unsupported));

    public JsonObject ToJson() => new()
    {
        ["parents"] = new JsonArray([.. references.Select(Describe).OfType<JsonObject>()]),
    };

    private JsonObject? Describe(ParentReference reference)
    {
        var results = _results.Where(result => ReferenceEquals(result.Parent.Reference, reference)).ToArray();
        if (results.Length == 0)
        {
            return null;
        }

        var (parent, badReference, unsupported) = results[0];
        var attached = results.Count(result => result.Parent.Refusal is null);
        var refusal = attached > 0 ? null : Worst(results.Select(result => result.Parent.Refusal!));
        var conditions = new JsonArray(
            Condition.Of("Accepted", refusal, "Accepted", attached > 1 ? $"Route was valid, bound to {attached} parents" : "Route was valid"),
            Condition.Of("ResolvedRefs", badReference, "ResolvedRefs", "All references resolved"));
        if (refusal is null && unsupported is not null)
        {
            conditions.Add((JsonNode)Condition.Of("PartiallyInvalid", isTrue: true, unsupported.Reason, unsupported.Message));
        }

        return new JsonObject
        {
            ["parentRef"] = ParentReferences.ToJson(reference),
            ["controllerName"] = parent.Controller,
            ["conditions"] = conditions,
        };
    }

    private static ConversionProblem Worst(IEnumerable<ConversionProblem> problems)
    {
        var worst = problems.GroupBy(problem => problem.Reason).MinBy(group => Array.IndexOf(Ranking, group.Key))!;
        return new ConversionProblem(worst.Key, string.Join("; ", worst.Select(problem => problem.Message).Distinct()));
    }
}
