namespace Mesh.ControlPlane.Graph;

/// <summary>Divides whole numbers so that the parts add up again.</summary>
internal static class Share
{
    /// <param name="total">What is divided.</param>
    /// <param name="from">Where the part begins, from 0 to 1.</param>
    /// <param name="to">Where it ends.</param>
    public static long Of(long total, double from, double to) => (long)Math.Round(total * to) - (long)Math.Round(total * from);
}
