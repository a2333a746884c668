namespace Mesh.Cli.Objects;

/// <summary>A kind of object that the API serves.</summary>
/// <param name="Group">Empty for core.</param>
/// <param name="Version">Of the API.</param>
/// <param name="Kind">As in <c>kind:</c>.</param>
/// <param name="Plural">As in paths.</param>
/// <param name="Singular">As people write it.</param>
/// <param name="IsNamespaced">False for kinds that exist once for all namespaces.</param>
internal sealed record ServedKind(string Group, string Version, string Kind, string Plural, string Singular, bool IsNamespaced)
{
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public IReadOnlyList<string> Verbs { get; init; } = [];

    /// <summary>As kubectl writes it: <c>virtualservice.networking.istio.io</c>.</summary>
    public string FullName => Group.Length == 0 ? Singular : $"{Singular}.{Group}";

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Where its objects are.</summary>
    /// <param name="ns">Null for all namespaces, and for kinds without.</param>
    /// <param name="name">Null for all of them.</param>
    public string Path(string? ns, string? name = null)
    {
        var root = Group.Length == 0 ? $"/api/{Version}" : $"/apis/{Group}/{Version}";
        var place = IsNamespaced && ns is not null ? $"/namespaces/{Uri.EscapeDataString(ns)}" : "";
        return $"{root}{place}/{Plural}{(name is null ? "" : "/" + Uri.EscapeDataString(name))}";
    }

    /// <summary>Whether people mean this kind: plural, singular, kind or short name, with the version and group behind it or not.</summary>
    public bool IsCalled(string word)
    {
        var dot = word.IndexOf('.', StringComparison.Ordinal);
        var (name, rest) = dot < 0 ? (word, "") : (word[..dot], word[(dot + 1)..]);
        return (rest.Length == 0 || rest == Group || rest == $"{Version}.{Group}")
            && (Equal(name, Plural) || Equal(name, Singular) || Equal(name, Kind) || ShortNames.Any(known => Equal(name, known)));
    }

    private static bool Equal(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
