namespace Mesh.Benchmarks;

/// <summary>The command line asks for something that does not exist; the message says what was expected.</summary>
internal sealed class UsageException(string message) : Exception(message);
