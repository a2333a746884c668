namespace Mesh.Benchmarks.Load;

/// <summary>What one window measured.</summary>
/// <param name="RequestsPerSecond">All connections together.</param>
/// <param name="CpuMicroseconds">Client and server, per request.</param>
/// <param name="Bytes">Allocated in the client, per request.</param>
internal readonly record struct LoadSample(double RequestsPerSecond, double CpuMicroseconds, double Bytes);
