namespace Mesh.ControlPlane.Graph;

/// <summary>A time of the history.</summary>
/// <param name="From">Its start.</param>
/// <param name="To">Its end.</param>
/// <param name="IsFine">Whether it lies in the newest minutes.</param>
internal readonly record struct GraphWindow(DateTimeOffset From, DateTimeOffset To, bool IsFine)
{
    public double Seconds => (To - From).TotalSeconds;
}
