namespace Mesh.Client.Model;

/// <summary>Where an endpoint runs.</summary>
internal sealed record Locality(string Region, string Zone, string SubZone)
{
    public static Locality None { get; } = new("", "", "");

    public override string ToString() => $"{Region}/{Zone}/{SubZone}".TrimEnd('/');
}
