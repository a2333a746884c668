namespace Mesh.Client.AccessLogs.Formats;

/// <summary>Writes the entry of one request.</summary>
internal interface ILogFormat
{
    void Write<TValues>(in TValues values, LogText text)
        where TValues : struct, ILogValues;
}
