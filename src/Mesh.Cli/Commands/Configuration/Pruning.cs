using System.Text.Json.Nodes;
using Mesh.Cli.Objects;
using Mesh.Cli.Output;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>Takes away what was applied before and is in no file any more: only what this field manager applied, and never a Namespace.</summary>
/// <param name="api">The objects.</param>
/// <param name="selector">Labels that an object must have; null for any.</param>
/// <param name="mode">Of <c>--dry-run</c>; null to do it.</param>
internal sealed class Pruning(ObjectApi api, string? selector, string? mode)
{
    // By identity, not by name and version: one object is told in several versions.
    private readonly HashSet<string> _kept = new(StringComparer.Ordinal);
    private readonly HashSet<string> _namespaces = new(StringComparer.Ordinal);

    /// <summary>Notes an object that the files hold.</summary>
    public void Keep(ManifestTarget target)
    {
        _kept.Add(Key(target.Kind, target.Namespace, target.Object.Name));
        if (target.Namespace is { } ns)
        {
            _namespaces.Add(ns);
        }
    }

    /// <param name="tell">Told the name of each and what became of it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task RunAsync(Func<string, string, Task> tell, CancellationToken cancellationToken)
    {
        var query = selector is null ? "" : $"?labelSelector={Uri.EscapeDataString(selector)}";
        foreach (var kind in (await api.KindsAsync(cancellationToken)).DistinctBy(kind => (kind.Group, kind.Kind)).Where(MayGo))
        {
            foreach (var ns in kind.IsNamespaced ? _namespaces.Order(StringComparer.Ordinal) : (IEnumerable<string?>)[null])
            {
                var list = (await api.GetAsync(kind, ns, null, query, cancellationToken)).Require();
                foreach (var name in ObjectItemsOf(list).Where(IsApplied).Select(ObjectApi.NameOf).Where(name => !_kept.Contains(Key(kind, ns, name))))
                {
                    await tell($"{kind.FullName}/{name}", await DeleteAsync(kind, ns, name, cancellationToken));
                }
            }
        }
    }

    private static bool MayGo(ServedKind kind) => kind.Verbs.Contains("list") && kind.Verbs.Contains("delete") && kind is not { Group: "", Kind: "Namespace" };

    private static IEnumerable<JsonObject> ObjectItemsOf(JsonObject list) => (list["items"] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>What kubectl, a controller or the API itself made is not ours to take away.</summary>
    private static bool IsApplied(JsonObject item) => (item["metadata"]?["managedFields"] as JsonArray ?? []).OfType<JsonObject>()
        .Any(entry => JsonText.Of(entry, "manager") == ObjectApi.Manager && JsonText.Of(entry, "operation") == "Apply");

    private static string Key(ServedKind kind, string? ns, string name) => $"{kind.Group}/{kind.Kind}/{ns}/{name}";

    private async Task<string> DeleteAsync(ServedKind kind, string? ns, string name, CancellationToken cancellationToken)
    {
        if (mode != "client")
        {
            (await api.DeleteAsync(kind, ns, name, mode == "server", cancellationToken)).Require();
        }

        return mode is null ? "pruned" : $"pruned ({mode} dry run)";
    }
}
