namespace Mesh.ControlPlane.Generation.Endpoints.Localities;

/// <summary>Region, zone and subzone; empty where unknown.</summary>
internal readonly record struct LocalityName(string Region, string Zone, string SubZone)
{
    private const string Any = "*";

    public static LocalityName Parse(string locality)
    {
        var parts = locality.Split('/', 3);
        return new LocalityName(parts[0], parts.Length > 1 ? parts[1] : "", parts.Length > 2 ? parts[2] : "");
    }

    /// <summary>Whether it lies within <c>region</c>, <c>region/zone</c>, <c>region/*</c> and the like.</summary>
    public bool IsWithin(string pattern)
    {
        var (region, zone, subZone) = Parse(pattern);
        return (region == Any || region == Region) && Covers(zone, Zone) && Covers(subZone, SubZone);
    }

    /// <summary>istiod's ranks: 0 in the same subzone, 1 in the same zone, 2 in the same region, 3 elsewhere.</summary>
    public int DistanceTo(LocalityName other) =>
        Region != other.Region ? 3
        : Zone != other.Zone ? 2
        : SubZone != other.SubZone ? 1
        : 0;

    private static bool Covers(string pattern, string value) => pattern is "" or Any || pattern == value;
}
