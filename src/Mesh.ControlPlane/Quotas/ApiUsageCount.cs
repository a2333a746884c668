namespace Mesh.ControlPlane.Quotas;

/// <summary>Requests of a day.</summary>
/// <param name="Served">Answered with less than 400.</param>
/// <param name="Failed">Answered with 400 and more, whoever did.</param>
internal readonly record struct ApiUsageCount(ulong Served, ulong Failed)
{
    public ApiUsageCount Plus(ulong served, ulong failed) => new(Served + served, Failed + failed);
}
