namespace Mesh.Client.AccessLogs.Formats;

/// <summary>What the operators of a format stand for in one request.</summary>
internal interface ILogValues
{
    /// <summary>False when the request has no such value, with nothing written.</summary>
    bool TryWrite(LogOperator part, LogText text);
}
