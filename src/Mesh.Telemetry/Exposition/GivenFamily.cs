namespace Mesh.Telemetry.Exposition;

/// <summary>All series of one metric that OpenTelemetry does not keep, because whoever measures keeps them better.</summary>
/// <param name="Name">Of the instrument.</param>
/// <param name="Kind">Its type.</param>
/// <param name="Help">For people.</param>
/// <param name="Series">As they are now.</param>
internal sealed record GivenFamily(string Name, FamilyKind Kind, string Help, IEnumerable<GivenSeries> Series);
