using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ControlPlane.Core.Backends;
using ControlPlane.Core.Instances;
using ControlPlane.Core.Profiles;

namespace ControlPlane.Infra.LocalProcess;

/// <summary>A process that a control plane has started, known by the marks in its environment.</summary>
/// <param name="Identity">Which process.</param>
/// <param name="Instance">The instance's name.</param>
/// <param name="Url">Where it serves.</param>
internal sealed record OwnedProcess(ProcessIdentity Identity, string Instance, string? Url)
{
    private const string OwnerMark = "CONTROLPLANE_OWNER";
    private const string InstanceMark = "CONTROLPLANE_INSTANCE";
    private const string UrlMark = "CONTROLPLANE_INSTANCE_URL";
    private const int LogTailBytes = 2000;
    private const UnixFileMode Executable = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>What an engine gets of this process's environment. Keys and settings of the control plane are not among it.</summary>
    private static readonly string[] Inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "DOTNET_ROOT", "JAVA_HOME"];

    /// <summary>
    /// The text is constant; program and arguments come as positional parameters and are never read as shell. The new
    /// session keeps Ctrl-C in a terminal from reaching engines, and the log goes to a file, since a pipe would break
    /// with the control plane.
    /// </summary>
    private const string Launcher = "log=\"$1\"; shift; exec setsid \"$@\" </dev/null >>\"$log\" 2>&1";

    /// <summary>Finds all living processes of an owner.</summary>
    public static List<OwnedProcess> FindAll(string owner)
    {
        var found = new List<OwnedProcess>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && ReadMarks(pid) is { } marks
                && marks.GetValueOrDefault(OwnerMark) == owner
                && marks.TryGetValue(InstanceMark, out var instance)
                && ProcessIdentity.Of(pid) is { } identity)
            {
                found.Add(new(identity, instance, marks.GetValueOrDefault(UrlMark)));
            }
        }

        return found;
    }

    /// <summary>Starts one.</summary>
    /// <exception cref="InstanceFailedException">The program is not there or cannot be run, or the profile needs what the order does not have.</exception>
    public static OwnedProcess Start(LocalProcessOptions options, StartOrder order, LocalStart start, string url)
    {
        var name = order.Name;
        var folder = Directory.CreateDirectory(Folder(options, name)).FullName;
        var words = new LocalWords(order, url, folder);
        var command = order.CommandOver(start.Command).Select(words.Fill).ToList();
        var program = FindProgram(command[0], options.EnginePath)
            ?? throw new InstanceFailedException($"The program \"{command[0]}\" is neither on the engine path ({string.Join(":", options.EnginePath)}) nor on the PATH.");

        if ((File.GetUnixFileMode(program) & Executable) == 0)
            throw new InstanceFailedException($"The program \"{program}\" is there and may not be executed.");

        var info = new ProcessStartInfo("/bin/sh") { WorkingDirectory = folder, UseShellExecute = false };
        foreach (var argument in (IEnumerable<string>)["-c", Launcher, "launch", LogFile(options, name), program, .. command.Skip(1)])
            info.ArgumentList.Add(argument);
        SetEnvironment(info, start, words, options.Owner);
        try
        {
            // The object may go: the process is found again by its marks.
            using var process = Process.Start(info)!;
            var identity = ProcessIdentity.Of(process.Id)
                ?? throw new InstanceFailedException($"\"{program}\" ended at once. {ReadLogTail(options, name)}");
            return new OwnedProcess(identity, name, url);
        }
        catch (Win32Exception failure)
        {
            throw new InstanceFailedException($"\"{program}\" cannot be started: {failure.Message}", failure);
        }
    }

    public static string ReadLogTail(LocalProcessOptions options, string name)
    {
        try
        {
            using var log = new FileStream(LogFile(options, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var isCut = log.Length > LogTailBytes;
            log.Seek(-Math.Min(log.Length, LogTailBytes), SeekOrigin.End);
            using var reader = new StreamReader(log, Encoding.UTF8);
            var tail = reader.ReadToEnd();
            var firstWhole = isCut ? tail.IndexOf('\n') + 1 : 0;
            return (firstWhole < tail.Length ? tail[firstWhole..] : tail).Trim();
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Throws for a name that must not become a folder, before anything is done with it.</summary>
    /// <exception cref="ArgumentException">The name is such a one.</exception>
    public static void CheckName(LocalProcessOptions options, string name) => _ = Folder(options, name);

    public static void RemoveFolder(LocalProcessOptions options, string name)
    {
        try
        {
            Directory.Delete(Folder(options, name), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Nothing was started, or it was removed before.
        }
    }

    /// <summary>
    /// The folder is deleted with all that is in it when the instance goes, and a name such as <c>/etc</c> or <c>..</c>
    /// would lead to any folder of the machine. Names are checked when they come in; here nothing depends on that.
    /// </summary>
    /// <exception cref="ArgumentException">The name cannot be one step below the data folder.</exception>
    private static string Folder(LocalProcessOptions options, string name)
    {
        var root = Path.GetFullPath(options.DataFolder);
        var folder = Path.GetFullPath(Path.Combine(root, name));
        if (ResourceName.Check("name", name) is { } fault)
            throw new ArgumentException($"\"{name}\" cannot be the name of an instance: it {fault.Message}", nameof(name));
        return Path.GetDirectoryName(folder) == root.TrimEnd('/')
            ? folder
            : throw new ArgumentException($"\"{name}\" cannot be the name of an instance: it leads to another folder.", nameof(name));
    }

    private static string LogFile(LocalProcessOptions options, string name) => Path.Combine(Folder(options, name), "engine.log");

    private static void SetEnvironment(ProcessStartInfo info, LocalStart start, LocalWords words, string owner)
    {
        info.Environment.Clear();
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
                info.Environment[name] = value;
        }

        foreach (var (name, value) in start.Environment)
            info.Environment[name] = words.Fill(value);
        info.Environment[OwnerMark] = owner;
        info.Environment[InstanceMark] = words.Name;
        info.Environment[UrlMark] = words.Url;
    }

    /// <summary>An engine may lie in its own folder of the same name, as published programs do.</summary>
    private static string? FindProgram(string program, IReadOnlyList<string> enginePath)
    {
        if (program.Contains('/'))
            return Path.IsPathRooted(program) && File.Exists(program) ? program : null;
        var folders = enginePath.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries));
        return folders
            .SelectMany(folder => new[] { Path.Combine(folder, program), Path.Combine(folder, program, program) })
            .FirstOrDefault(File.Exists);
    }

    private static Dictionary<string, string>? ReadMarks(int pid)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes($"/proc/{pid}/environ"))
                .Split('\0', StringSplitOptions.RemoveEmptyEntries)
                .Where(variable => variable.StartsWith("CONTROLPLANE_", StringComparison.Ordinal) && variable.Contains('='))
                .Select(variable => variable.Split('=', 2))
                .DistinctBy(pair => pair[0])
                .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
