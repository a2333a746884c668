namespace Mesh.Client.Model;

/// <summary>Where an endpoint runs.</summary>
internal sealed record Locality(string Region, string Zone, string SubZone)
{
    public static Locality None { get; } = new("", "", "");

    /// <summary>Reads <c>region/zone/subzone</c>, of which the later parts may be left out; null when a part is empty or one too many.</summary>
    public static Locality? Parse(string text)
    {
        var parts = text.Split('/');
        return parts.Length > 3 || parts.Any(part => part.Length == 0)
            ? null
            : new Locality(parts[0], parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? "");
    }

    public override string ToString() => $"{Region}/{Zone}/{SubZone}".TrimEnd('/');
}
