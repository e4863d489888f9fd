"""``python -m practika_kernel`` is the command ``practika``."""

from practika_kernel.cli import main

if __name__ == "__main__":
    main()
