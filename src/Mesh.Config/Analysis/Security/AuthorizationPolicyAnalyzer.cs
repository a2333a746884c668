using Google.Protobuf.Collections;
using Mesh.Config.Analysis.Lookup;
using Mesh.Config.Istio.Security;

namespace Mesh.Config.Analysis.Security;

/// <summary>Authorization policies for workloads or namespaces that are not there (IST0127, IST0101).</summary>
internal sealed class AuthorizationPolicyAnalyzer : IAnalyzer
{
    public string Name => "auth.AuthorizationPoliciesAnalyzer";

    public string Description => "Checks the validity of authorization policies";

    public void Analyze(AnalysisContext context)
    {
        var pods = context.All(KindNames.Pod).Where(pod => MeshMembership.IsPodAmbient(pod) || MeshMembership.IsPodInMesh(pod, context.Snapshot));
        var workloads = new WorkloadIndex([.. pods]);
        var namespaces = context.All(KindNames.Namespace).Select(ns => ns.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var resource in context.All(KindNames.AuthorizationPolicy))
        {
            var policy = resource.Spec<AuthorizationPolicy>();
            CheckWorkloads(context, resource, policy, workloads);
            CheckNamespaces(context, resource, policy, namespaces);
        }
    }

    private static void CheckWorkloads(AnalysisContext context, AnalysisResource resource, AuthorizationPolicy policy, WorkloadIndex workloads)
    {
        var selector = new LabelSelector(policy.Selector?.MatchLabels.AsEnumerable() ?? []);
        var isMeshWide = resource.Namespace == context.Snapshot.Settings.RootNamespace;
        if (isMeshWide && policy.Selector is null)
        {
            return;
        }

        var selected = isMeshWide ? workloads.Select(selector) : workloads.Select(selector, resource.Namespace);
        if (!selected.Any())
        {
            context.Report(Messages.NoMatchingWorkloadsFound, resource, selector.ToString());
        }
    }

    private static void CheckNamespaces(AnalysisContext context, AnalysisResource resource, AuthorizationPolicy policy, HashSet<string> namespaces)
    {
        for (var rule = 0; rule < policy.Rules.Count; rule++)
        {
            for (var from = 0; from < policy.Rules[rule].From.Count; from++)
            {
                var path = $"spec.rules[{rule}].from[{from}].source";
                var source = policy.Rules[rule].From[from].Source ?? new Source();
                CheckNames(context, resource, source.Namespaces, $"{path}.namespaces", namespaces);
                CheckNames(context, resource, source.NotNamespaces, $"{path}.notNamespaces", namespaces);
            }
        }
    }

    private static void CheckNames(AnalysisContext context, AnalysisResource resource, RepeatedField<string> patterns, string path, HashSet<string> namespaces)
    {
        for (var index = 0; index < patterns.Count; index++)
        {
            if (!IsThere(patterns[index], namespaces))
            {
                context.ReportAt(resource.LineOf($"{path}[{index}]"), Messages.ReferencedResourceNotFound, resource, "namespace", patterns[index]);
            }
        }
    }

    private static bool IsThere(string pattern, HashSet<string> namespaces) => pattern switch
    {
        "*" => namespaces.Count > 0,
        ['*', .. var ending] => namespaces.Any(ns => ns.EndsWith(ending, StringComparison.Ordinal)),
        [.. var start, '*'] => namespaces.Any(ns => ns.StartsWith(start, StringComparison.Ordinal)),
        _ => namespaces.Contains(pattern),
    };
}
