namespace Mesh.Client.AccessLogs.Writing;

/// <summary>Where lines of an access log go; used by one thread at a time, off the way of requests.</summary>
internal interface ILogDestination
{
    /// <summary>Whether lines are wanted now; asked before one is made.</summary>
    bool IsEnabled { get; }

    void Write(ReadOnlySpan<char> line);

    /// <summary>No line follows for a while.</summary>
    void Flush();
}
