using System.Text;

namespace Mesh.Cli.Tests;

/// <summary>What a command that runs on has written so far.</summary>
internal sealed class LiveText : TextWriter
{
    private readonly Lock _lock = new();

    // Guarded by _lock.
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.UTF8;

    public string[] Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd())];
            }
        }
    }

    public override void Write(char value)
    {
        lock (_lock)
        {
            _text.Append(value);
        }
    }
}
