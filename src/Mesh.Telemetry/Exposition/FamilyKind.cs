namespace Mesh.Telemetry.Exposition;

/// <summary>The types of a family that both texts know.</summary>
internal enum FamilyKind
{
    Counter,

    Gauge,

    Histogram,
}
