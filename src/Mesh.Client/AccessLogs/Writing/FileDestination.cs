using System.Text;
using Microsoft.Extensions.Logging;

namespace Mesh.Client.AccessLogs.Writing;

/// <summary>A file that lines are added to; one that was moved away (rotated) is begun anew.</summary>
/// <param name="path">Its directory is made when it is missing.</param>
/// <param name="dropped">Is told of every line that could not be written.</param>
/// <param name="logger">Is told once of a file that cannot be written, until it can.</param>
internal sealed class FileDestination(string path, Action dropped, ILogger logger) : ILogDestination, IDisposable
{
    private const int BufferLength = 16 * 1024;

    private FileStream? _file;
    private StreamWriter? _writer;
    private bool _isFailing;

    // Lines since the last flush: a file that is full takes them, and fails with all of them.
    private int _unsure;

    public bool IsEnabled => true;

    public void Write(ReadOnlySpan<char> line)
    {
        try
        {
            _unsure++;
            (_writer ??= Open()).Write(line);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(exception);
        }
    }

    public void Flush()
    {
        try
        {
            if (_writer is null)
            {
                return;
            }

            _writer.Flush();
            (_unsure, _isFailing) = (0, false);
            if (!File.Exists(path))
            {
                Dispose();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail(exception);
        }
    }

    public void Dispose()
    {
        _writer?.Dispose();
        (_writer, _file) = (null, null);
    }

    private StreamWriter Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // Without a buffer of its own: what cannot be written now would be written by the finalizer, which a pipe or a network drive that stands still would keep for ever.
        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        return new StreamWriter(_file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), BufferLength);
    }

    private void Fail(Exception exception)
    {
        _file?.Dispose();
        (_writer, _file) = (null, null);
        for (; _unsure > 0; _unsure--)
        {
            dropped();
        }

        if (!_isFailing)
        {
            _isFailing = true;
            AccessLogMessages.FileFailed(logger, path, exception);
        }
    }
}
