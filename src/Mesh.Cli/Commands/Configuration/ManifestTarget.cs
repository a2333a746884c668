using Mesh.Cli.Objects;

namespace Mesh.Cli.Commands.Configuration;

/// <summary>Where an object of a file goes.</summary>
/// <param name="Object">As it was written.</param>
/// <param name="Kind">As it is served.</param>
/// <param name="Namespace">Null for kinds without.</param>
internal sealed record ManifestTarget(ManifestObject Object, ServedKind Kind, string? Namespace)
{
    /// <summary>As kubectl writes it: <c>virtualservice.networking.istio.io/reviews</c>.</summary>
    public string Name => $"{Kind.FullName}/{Object.Name}";

    /// <param name="api">Knows the kinds.</param>
    /// <param name="item">The object.</param>
    /// <param name="asked">The namespace of the command line; null for none.</param>
    /// <param name="fallback">Where objects go that name no namespace.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<ManifestTarget> FindAsync(ObjectApi api, ManifestObject item, string? asked, string fallback, CancellationToken cancellationToken)
    {
        var kind = await api.FindAsync(item.ApiVersion, item.Kind, cancellationToken)
            ?? throw new CommandException($"The control plane serves no {item.Kind} of {item.ApiVersion}.");
        if (!kind.IsNamespaced)
        {
            return new ManifestTarget(item, kind, null);
        }

        if (asked is not null && item.Namespace is { } own && own != asked)
        {
            throw new CommandException($"It is of namespace '{own}', and -n says '{asked}'. Leave -n out, or give the same one.", ExitCode.Usage);
        }

        var ns = item.Namespace ?? asked ?? fallback;
        if (item.Namespace is null)
        {
            item.Json["metadata"]!["namespace"] = ns;
        }

        return new ManifestTarget(item, kind, ns);
    }
}
