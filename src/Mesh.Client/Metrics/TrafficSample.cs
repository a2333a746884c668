namespace Mesh.Client.Metrics;

/// <summary>What is measured of one request.</summary>
internal readonly record struct TrafficSample(TimeSpan Duration, long RequestBytes, long ResponseBytes, long RequestMessages, long ResponseMessages);
