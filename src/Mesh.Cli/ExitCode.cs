namespace Mesh.Cli;

/// <summary>What a command tells scripts.</summary>
internal static class ExitCode
{
    public const int Fine = 0;

    /// <summary>It did not work, or the answer is no.</summary>
    public const int Failure = 1;

    /// <summary>The command line is wrong (sysexits.h EX_USAGE).</summary>
    public const int Usage = 64;

    /// <summary>A file is not what it should be (sysexits.h EX_DATAERR).</summary>
    public const int BadFile = 65;

    /// <summary>Analysis found issues that are bad enough (as istioctl).</summary>
    public const int Issues = 79;
}
