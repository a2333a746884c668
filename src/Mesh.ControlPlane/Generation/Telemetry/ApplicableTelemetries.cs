using System.Collections.Immutable;
using Mesh.Config.Istio.Telemetry;
using Resource = Mesh.Config.Istio.Telemetry.Telemetry;

namespace Mesh.ControlPlane.Generation.Telemetry;

/// <summary>The Telemetry resources that hold for a workload, the widest first: one of the root namespace, one of its own namespace, one that selects it. Later ones win.</summary>
/// <remarks>Istio: of several in one place the oldest holds. Resources with targets are for gateways and waypoints.</remarks>
internal sealed record ApplicableTelemetries(ImmutableArray<Resource> Resources)
{
    public IEnumerable<Metrics> Metrics => Resources.SelectMany(resource => resource.Metrics);

    public IEnumerable<Tracing> Tracing => Resources.SelectMany(resource => resource.Tracing);

    /// <summary>By level, since each replaces the providers of the one before.</summary>
    public IEnumerable<IReadOnlyList<AccessLogging>> AccessLogging => Resources.Select(resource => resource.AccessLogging).Where(logging => logging.Count > 0);

    public static ApplicableTelemetries Of(GenerationContext context)
    {
        var root = context.Settings.RootNamespace;
        var own = context.Client.Namespace;
        var found = ImmutableArray.CreateBuilder<Resource>();
        Add(found, NamespaceWide(context, root));
        if (own != root)
        {
            Add(found, NamespaceWide(context, own));
        }

        Add(found, Candidates(context, own).FirstOrDefault(resource => Selects(resource) && context.Labels.Match(resource.Selector.MatchLabels)));
        return new ApplicableTelemetries(found.ToImmutable());
    }

    private static void Add(ImmutableArray<Resource>.Builder found, Resource? resource)
    {
        if (resource is not null)
        {
            found.Add(resource);
        }
    }

    private static Resource? NamespaceWide(GenerationContext context, string @namespace) =>
        Candidates(context, @namespace).FirstOrDefault(resource => !Selects(resource));

    private static IEnumerable<Resource> Candidates(GenerationContext context, string @namespace) =>
        context.Index.Telemetries.Of(@namespace).Select(resource => resource.Spec).Where(resource => resource is { TargetRef: null, TargetRefs.Count: 0 });

    private static bool Selects(Resource resource) => resource.Selector is { MatchLabels.Count: > 0 };
}
