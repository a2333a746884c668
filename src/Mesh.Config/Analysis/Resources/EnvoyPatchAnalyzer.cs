using System.Text.Json;
using Mesh.Config.Analysis.Lookup;

namespace Mesh.Config.Analysis.Resources;

/// <summary>Patches of EnvoyFilters that have no effect, or one that depends on the order (IST0151 to IST0155).</summary>
internal sealed class EnvoyPatchAnalyzer : IAnalyzer
{
    public string Name => "envoyfilter.EnvoyPatchAnalyzer";

    public string Description => "Checks an envoyFilters";

    public void Analyze(AnalysisContext context)
    {
        // The filters that a patch for one version of the proxy was seen for.
        var versioned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var filter in context.All(KindNames.EnvoyFilter))
        {
            var spec = filter.Document.Field("spec");
            var hasPriority = spec.Number("priority") != 0;
            foreach (var patch in spec.Items("configPatches").TakeWhile(patch => patch.Field("patch").Exists()))
            {
                var name = FilterOf(patch);
                if (Judge(patch, hasPriority, versioned.Contains(name)) is { } message)
                {
                    context.Report(message, filter);
                }

                if (patch.Field("match", "proxy").Text("proxyVersion").Length > 0)
                {
                    versioned.Add(name);
                }
            }
        }
    }

    private static MessageKind? Judge(JsonElement patch, bool hasPriority, bool isVersioned)
    {
        var target = patch.Text("applyTo");
        var isRoute = target is "ROUTE_CONFIGURATION" or "HTTP_ROUTE";
        return patch.Field("patch").Text("operation") switch
        {
            "ADD" when isRoute => Messages.EnvoyFilterUsesAddOperationIncorrectly,
            "REMOVE" when isRoute => Messages.EnvoyFilterUsesRemoveOperationIncorrectly,
            "REPLACE" when target is not ("HTTP_FILTER" or "NETWORK_FILTER" or "VIRTUAL_HOST") => Messages.EnvoyFilterUsesReplaceOperationIncorrectly,
            "REMOVE" or "REPLACE" or "INSERT_BEFORE" or "INSERT_AFTER" when !hasPriority =>
                isVersioned ? Messages.EnvoyFilterUsesRelativeOperationWithProxyVersion : Messages.EnvoyFilterUsesRelativeOperation,
            _ => null,
        };
    }

    /// <summary>The filter that is patched: by the name in the value, or else in the match.</summary>
    private static string FilterOf(JsonElement patch)
    {
        var value = patch.Field("patch", "value");
        return value.ValueKind != JsonValueKind.Object ? ""
            : value.Field("name").Exists() ? value.Text("name")
            : patch.Field("match", "listener").Field("filterChain", "filter").Text("name");
    }
}
